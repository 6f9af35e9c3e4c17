const passwordLabel = "Enter your password";
const tokenType = "urn:ietf:params:oauth:token-type:jwt";
const key = "settings.profile.password.title";
const authHeader = "X-Api-Token-Authorization-Key";
const secretName = "projects/shop/secrets/db";
