export default [{ rules: { eqeqeq: ['error', 'smart'] } }];
