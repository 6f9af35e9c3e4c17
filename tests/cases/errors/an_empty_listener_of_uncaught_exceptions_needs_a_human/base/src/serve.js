const { serve } = require("./app");
serve(80);
