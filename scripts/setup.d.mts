export function install(): void;
export function isWritable(): boolean;
export function run(program: string): void;
