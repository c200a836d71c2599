import { diagnoseEach } from './run.ts';
import { folders } from './systems/folders.ts';

diagnoseEach(folders);
