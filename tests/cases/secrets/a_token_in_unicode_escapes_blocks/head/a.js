const t = "{{secret:github-classic|unicode}}";
