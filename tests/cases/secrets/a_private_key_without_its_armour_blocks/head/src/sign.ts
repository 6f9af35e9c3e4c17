export const lines = [
  "{{secret:pem-rsa-body}}",
];
