import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

export interface OpenSchemaEngine {
  engine: bindings.SchemaEngine;
  /** What the database last answered with that was no success: the engine keeps of it no more than its text. */
  failure(): unknown;
  /** Ends its connections, which the engine itself leaves open. */
  close(): Promise<void>;
}

/**
 * Prisma's schema engine as WebAssembly, talking to the database through `pg`: no native binary is downloaded. To `diff`
 * from migrations it tries them out on this very database, which must then be empty.
 */
export async function openSchemaEngine(
  databaseUrl: string,
  datamodels?: [string, string][],
): Promise<OpenSchemaEngine> {
  await loadWasm();
  const opened: Adapter[] = [];
  const failed: { last?: unknown } = {};
  const adapter = bindMigrationAwareSqlAdapterFactory(wholeScripts(databaseUrl, opened, failed));
  const engine = await bindings.SchemaEngine.new({ datamodels }, () => undefined, adapter);
  return {
    engine,
    failure: () => failed.last,
    async close() {
      engine.free();
      const pools = opened.map((one) => one.underlyingDriver()).filter((pool) => !pool.ended);
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

/**
 * The adapter cuts a script at every semicolon, also inside function bodies. Sent whole, it is one implicit
 * transaction besides: a migration is applied or it is not.
 */
function wholeScripts(databaseUrl: string, opened: Adapter[], failed: { last?: unknown }): PrismaPg {
  // A migration that waits for a lock makes everybody wait behind it: it gives up and is tried again.
  const onConnect = async (client: pg.ClientBase) => void (await client.query("set lock_timeout = '10s'"));
  const limits = { max: 2, connectionTimeoutMillis: 5_000, onConnect };
  const factory = new PrismaPg({ connectionString: databaseUrl, ...limits });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = sendWhole(await connect(), (error) => {
      failed.last = error;
    });
    opened.push(adapter);
    return adapter;
  };
  // The adapter's own would make a second database and then, the URL having the last word, write to the first.
  factory.connectToShadowDb = factory.connect;
  return factory;
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

function sendWhole(adapter: Adapter, onFailure: (error: unknown) => void): Adapter {
  const queryRaw = adapter.queryRaw.bind(adapter);
  const executeRaw = adapter.executeRaw.bind(adapter);
  const told = (error: unknown): never => {
    onFailure(error);
    throw error;
  };
  adapter.queryRaw = async (query) =>
    withCharacters(await queryRaw({ ...query, sql: withoutInternalChar(query.sql) }).catch(told));
  adapter.executeRaw = (query) => executeRaw(query).catch(told);
  adapter.executeScript = async (script) => {
    try {
      await adapter.underlyingDriver().query(script);
    } catch (error) {
      onFailure(error);
      // The engine replaces what it does not know by "External error id#0"; this shape it passes on.
      throw new DriverAdapterError({ kind: 'postgres', ...describe(error) });
    }
  };
  return adapter;
}

/** The catalog's one-byte type `"char"`, which the engine's introspection selects, is unknown to the adapter: sent as text... */
function withoutInternalChar(sql: string): string {
  return sql.replace(/\b(\w+\.)?(confupdtype|confdeltype|contype)\b(?=\s*(,|as\b))/gi, '$&::text');
}

/** ...and labelled as the single characters the engine expects. */
function withCharacters(result: SqlResultSet): SqlResultSet {
  const characters = ['confupdtype', 'confdeltype', 'constraint_type'];
  const columnTypes = result.columnTypes.map((type, index) =>
    characters.includes(result.columnNames[index] ?? '') ? ColumnTypeEnum.Character : type,
  );
  return { ...result, columnTypes };
}

function describe(error: unknown) {
  const at = error instanceof pg.DatabaseError ? error : undefined;
  return {
    code: at?.code ?? 'N/A',
    severity: at?.severity ?? 'ERROR',
    message: error instanceof Error ? error.message : String(error),
    detail: at?.detail,
    column: at?.column,
    hint: at?.hint,
  };
}

/** What is used of it; the compiler's own declaration is part of its DOM library. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ exports: Record<string, unknown> }>;
};

let loaded: Promise<void> | undefined;

function loadWasm(): Promise<void> {
  loaded ??= instantiate();
  return loaded;
}

/** By hand: the package's own entry imports the `.wasm` as a module, which Node only does behind a flag. */
async function instantiate(): Promise<void> {
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  const module = await WebAssembly.compile(await readFile(file));
  const instance = await WebAssembly.instantiate(module, { './schema_engine_bg.js': { ...bindings } });
  bindings.__wbg_set_wasm(instance.exports);
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: reportPanic } });
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
}

/** Without it a panic of the engine shows as a TypeError of its bindings. */
function reportPanic(message: string): never {
  throw new Error(`the schema engine gave up: ${message}`);
}
