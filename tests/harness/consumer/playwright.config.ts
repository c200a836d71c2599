import { sintoma } from 'sintoma/playwright';

export default sintoma({ workers: 1 });
