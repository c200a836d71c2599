/** In the address of a sign-in page. */
export const LOGIN = /login|log-in|signin|sign-in|sign_in|oauth|\bauth\b|authorize|sso|saml|openid|access\/|entrar/i;

/** On the sign-in page of a gate that answers in the place of what it guards; where a page is long, only its beginning is known. */
export const GATE_PAGE =
  /Secured with (<[^>]*>)?OAuth2 Proxy|"\/oauth2\/(static|start)\b|\b(Authelia|authentik|Pomerium|Cloudflare Access)\b|\bvercel\S*\/sso-api\?/i;
