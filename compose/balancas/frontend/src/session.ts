// The signed-in user: a token of the form "<user id>|<secret>" in localStorage.
const KEY = 'balancas.token';

export const session = {
  get token(): string | null {
    return localStorage.getItem(KEY);
  },
  get userId(): string {
    return this.token?.split('|')[0] ?? '';
  },
  start(token: string): void {
    localStorage.setItem(KEY, token);
  },
  end(): void {
    localStorage.removeItem(KEY);
  },
};
