import { type FormEvent, useState } from 'react';
import { api } from '../lib/api';

export function Login({ onEnter }: { onEnter: (token: string) => void }) {
  const [error, setError] = useState('');

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    try {
      const { token } = await api<{ token: string }>('/auth/login', '', {
        email: form.get('email'),
        password: form.get('password'),
      });
      onEnter(token);
    } catch (failure) {
      setError(String(failure));
    }
  }

  return (
    <main className="login">
      <form onSubmit={submit} data-testid="login">
        <h1>CRM</h1>
        <label>
          E-mail
          <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          Senha
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button type="submit">Entrar</button>
        {error && (
          <p className="error" data-testid="login-error">
            {error}
          </p>
        )}
      </form>
    </main>
  );
}
