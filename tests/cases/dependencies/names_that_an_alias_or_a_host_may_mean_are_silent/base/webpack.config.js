module.exports = { resolve: { alias: { parts: `${__dirname}/src/parts` } } };
