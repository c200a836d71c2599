import { defineConfig } from '@playwright/test';
import { merged } from 'sintoma/playwright';

/** Allure's results need no merging: they are one folder. */
export default defineConfig({ ...merged(), testDir: 'tests' });
