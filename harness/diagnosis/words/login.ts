/** In the address of a sign-in page. */
export const LOGIN = /login|log-in|signin|sign-in|sign_in|oauth|\bauth\b|authorize|sso|saml|openid|access\/|entrar/i;
