import { type FormEvent } from 'react';
import type { Message } from '../lib/api';

interface Props {
  title: string;
  messages: Message[];
  onSend: (text: string) => void;
}

export function ConversationView({ title, messages, onSend }: Props) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get('text') ?? '').trim();
    if (!text) return;
    onSend(text);
    form.reset();
  }

  return (
    <section className="conversation">
      <h2 data-testid="open-conversation">{title}</h2>
      <ol data-testid="messages">
        {messages.map((message) => (
          <li key={message.id} data-testid="message" className={message.direction}>
            {message.text}
          </li>
        ))}
      </ol>
      <form onSubmit={submit}>
        <input name="text" placeholder="Responder…" aria-label="Responder" autoComplete="off" />
        <button type="submit">Enviar</button>
      </form>
    </section>
  );
}
