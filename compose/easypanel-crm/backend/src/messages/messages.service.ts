import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Store } from '../store/store';
import type { Conversation } from './conversation';
import type { Message } from './message';
import { MessagesGateway } from './messages.gateway';

const demoConversations: Conversation[] = [
  { id: '1', contact: 'Maria Souza', phone: '+5511900000001' },
  { id: '2', contact: 'João Lima', phone: '+5511900000002' },
];

const demoMessages: Message[] = [
  { id: 'demo-1', conversationId: '1', direction: 'in', text: 'Olá! Vocês atendem aos sábados?', at: '2025-01-06T12:00:00.000Z' },
  { id: 'demo-2', conversationId: '1', direction: 'out', text: 'Olá, Maria! Sim, das 9h às 13h.', at: '2025-01-06T12:01:00.000Z' },
  { id: 'demo-3', conversationId: '2', direction: 'in', text: 'Preciso remarcar a minha visita.', at: '2025-01-06T12:05:00.000Z' },
];

@Injectable()
export class MessagesService {
  constructor(
    private readonly store: Store,
    private readonly gateway: MessagesGateway,
  ) {}

  async conversations(): Promise<Conversation[]> {
    return [...demoConversations, ...(await this.store.all<Conversation>('conversations'))];
  }

  async messages(conversationId: string): Promise<Message[]> {
    const all = [...demoMessages, ...(await this.store.all<Message>('messages'))];
    return all.filter((message) => message.conversationId === conversationId);
  }

  /** A message from a customer; a number that never wrote before opens a conversation. */
  async receive(phone: string, text: string): Promise<Message> {
    let conversation = (await this.conversations()).find((known) => known.phone === phone);
    if (!conversation) {
      conversation = { id: phone.replace(/\D/g, ''), contact: phone, phone };
      await this.store.append('conversations', conversation);
    }
    return this.create(conversation.id, 'in', text);
  }

  async send(conversationId: string, text: string): Promise<Message> {
    return this.create(conversationId, 'out', text);
  }

  /** Stored before it is emitted, so that a reload shows what a socket missed. */
  private async create(conversationId: string, direction: Message['direction'], text: string): Promise<Message> {
    const message: Message = { id: randomUUID(), conversationId, direction, text, at: new Date().toISOString() };
    await this.store.append('messages', message);
    this.gateway.messageCreated(message);
    return message;
  }
}
