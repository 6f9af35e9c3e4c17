require("../src/shape");
