const { serve } = require("./app");
process.on("unhandledRejection", () => {});
serve(80);
