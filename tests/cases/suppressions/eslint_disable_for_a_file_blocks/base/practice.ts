// eslint-disable-next-line no-console
console.log(0);
// eslint-disable-next-line no-console
console.log(1);
// eslint-disable-next-line no-console
console.log(2);
// eslint-disable-next-line no-console
console.log(3);
// eslint-disable-next-line no-console
console.log(4);
