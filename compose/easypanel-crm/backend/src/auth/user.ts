/** What a token carries. */
export interface User {
  sub: string;
  email: string;
  tenantId: string;
}

export const demoUser: User & { password: string } = {
  sub: '1',
  email: 'demo@crm.seu-dominio.com',
  tenantId: 'demo',
  password: 'demo',
};
