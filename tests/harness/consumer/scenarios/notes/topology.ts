import { ask, publishedAt, topology } from 'sintoma';

export default topology({
  compose: '../../compose.yaml',
  addresses: { 'notes.example.com:80': 'web:8080' },
  ready: { web: { http: '/', port: 8080 } },
  async signIn(page) {
    await page.goto('http://notes.example.com/');
    await page.getByLabel('Name').fill('ana');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('list').waitFor({ state: 'attached' });
  },
  shows: (page, text) => page.getByRole('listitem').filter({ hasText: text }),
  channels: {
    board: {
      async publish(reach, text) {
        const { status } = await ask(`${publishedAt(reach, 'web', 8080)}/api/notes`, { method: 'POST', body: text });
        return { ok: status === 201, status };
      },
    },
  },
});
