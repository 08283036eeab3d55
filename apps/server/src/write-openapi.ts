import { writeFile } from 'node:fs/promises';
import { openapiDocument } from './http/openapi-document.ts';

const [path] = process.argv.slice(2);
if (!path) throw new Error('Say where to write: node write-openapi.ts <path>');
await writeFile(path, `${JSON.stringify(await openapiDocument(), null, 2)}\n`);
