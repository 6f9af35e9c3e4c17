const { area } = require("../src/shape");
if (process.argv.length < 4) {
  console.log("usage: shape WIDTH HEIGHT");
  process.exit(2);
}
console.log(area(1, 2));
