import { install, run } from './setup.mjs';

install();
run('scripts/start.ts');
