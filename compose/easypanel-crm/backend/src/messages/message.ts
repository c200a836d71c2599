export interface Message {
  id: string;
  conversationId: string;
  direction: 'in' | 'out';
  text: string;
  at: string;
}
