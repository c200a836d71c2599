import type { AppProps } from 'next/app';
import Head from 'next/head';
import { useEffect, useState } from 'react';
import { Login } from '../components/Login';
import { WebSocketProvider } from '../contexts/WebSocketContext';
import { TOKEN_KEY } from '../lib/settings';
import '../styles/globals.css';

export default function App({ Component, pageProps }: AppProps) {
  // undefined until the browser's storage was read: the export holds neither form nor workspace.
  const [token, setToken] = useState<string | null>();
  useEffect(() => setToken(localStorage.getItem(TOKEN_KEY)), []);

  function enter(newToken: string) {
    localStorage.setItem(TOKEN_KEY, newToken);
    setToken(newToken);
  }
  function leave() {
    localStorage.removeItem(TOKEN_KEY);
    setToken(null);
  }

  return (
    <>
      <Head>
        <title>Renum</title>
        <link rel="icon" href="/icon.svg" />
      </Head>
      {token === null && <Login onEnter={enter} />}
      {token && (
        <WebSocketProvider>
          <Component {...pageProps} token={token} onLeave={leave} />
        </WebSocketProvider>
      )}
    </>
  );
}
