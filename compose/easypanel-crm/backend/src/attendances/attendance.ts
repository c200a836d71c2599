export interface Attendance {
  id: string;
  customer: string;
  openedAt: string;
}
