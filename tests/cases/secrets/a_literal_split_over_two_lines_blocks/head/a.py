T = ("{{secret:github-classic|first-half}}"
     "{{secret:github-classic|second-half}}")
