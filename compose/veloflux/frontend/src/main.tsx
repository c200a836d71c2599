import { useState, type FormEvent, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import './style.css';
import { api, session } from './api.ts';
import { Dashboard } from './Dashboard.tsx';

function Landing(): ReactNode {
  return (
    <main className="landing">
      <h1>VeloFlux</h1>
      <p>Balanceamento de carga com visão em tempo real dos seus backends.</p>
      <a href="/dashboard">Abrir o painel</a>
    </main>
  );
}

function Login(): ReactNode {
  const [error, setError] = useState<string>();
  const enter = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    api.login(String(fields.get('user')), String(fields.get('password'))).then(
      ({ token }) => {
        session.start(token);
        location.reload();
      },
      (reason: Error) => setError(reason.message),
    );
  };
  return (
    <form className="login card" data-testid="login" onSubmit={enter}>
      <h1>VeloFlux</h1>
      <label>
        Usuário <input name="user" autoComplete="username" required />
      </label>
      <label>
        Senha <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button>Entrar</button>
      {error && (
        <p className="error" data-testid="last-error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}

function App(): ReactNode {
  if (!location.pathname.startsWith('/dashboard')) return <Landing />;
  return session.token ? <Dashboard /> : <Login />;
}

createRoot(document.getElementById('root')!).render(<App />);
