import { defineConfig } from 'vitest/config';
import all from './vitest.config.ts';
import { waitingFiles } from './waiting-files.ts';

/** What of the end-to-end tests runs beside everything that computes: two at a time, so that they take little from it. */
export default defineConfig({ test: { ...all.test, include: waitingFiles, maxWorkers: 2 } });
