const t = "{{secret:npm|first-half}}" +
  "{{secret:npm|second-half}}";
