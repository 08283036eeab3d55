export type { Config } from './config/config.ts';
export { ConfigError } from './config/config-error.ts';
export { loadConfig } from './config/load-config.ts';
export { type AppDependencies, buildApp } from './http/app.ts';
export { type Running, startLastgood } from './start/start.ts';
