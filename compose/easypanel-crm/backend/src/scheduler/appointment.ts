export interface Appointment {
  id: string;
  title: string;
  at: string;
}
