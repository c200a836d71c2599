export interface Conversation {
  id: string;
  contact: string;
  phone: string;
}
