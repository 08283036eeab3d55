import { install, run } from './setup.mjs';

install();
run('scripts/test-attack.ts');
