'use client';

import { useEffect, useState } from 'react';
import { Login } from '../components/login';
import { Workspace } from '../components/workspace';

const tokenKey = 'crm.token';

export default function Home() {
  // undefined until the browser's storage was read: the server renders neither form nor workspace.
  const [token, setToken] = useState<string | null>();
  useEffect(() => setToken(localStorage.getItem(tokenKey)), []);

  function enter(newToken: string) {
    localStorage.setItem(tokenKey, newToken);
    setToken(newToken);
  }
  function leave() {
    localStorage.removeItem(tokenKey);
    setToken(null);
  }

  if (token === undefined) return null;
  return token ? <Workspace token={token} onLeave={leave} /> : <Login onEnter={enter} />;
}
