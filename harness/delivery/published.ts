/** What publishing one message answered. */
export interface Published {
  /** The application said that it took the message. */
  ok: boolean;
  status?: number;
  detail?: string;
}
