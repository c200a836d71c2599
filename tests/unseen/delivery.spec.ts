import { diagnoseEach } from './run.ts';
import { deliveries } from './systems/delivery.ts';

diagnoseEach(deliveries);
