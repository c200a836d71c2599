import { diagnoseEach } from './run.ts';
import { pages } from './systems/page.ts';

diagnoseEach(pages);
