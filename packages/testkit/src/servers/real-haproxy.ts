import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const program = '/usr/sbin/haproxy';

/** A HAProxy process of this machine. */
export interface RealHaproxy {
  folder: string;
  /** Path of the socket of its runtime API. */
  socket: string;
  /** One that may look and not change. */
  operatorSocket: string;
  /** A line on the runtime API, as a person would send it with socat; what it says. */
  ask(line: string): Promise<string>;
  /** Puts a file into the folder that its configuration calls `FOLDER`. */
  writeFile(name: string, content: string): Promise<void>;
  /** Ends it and starts it again with the same file, as a reload does to what was set at run time. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Why the real HAProxy cannot be started here; null when it can. */
export async function realHaproxyMissing(): Promise<string | null> {
  return access(program, constants.X_OK).then(
    () => null,
    () => `${program} is not installed (Debian package "haproxy")`,
  );
}

/**
 * @param sections what stands in its file after `global`; `FOLDER` in it is a folder of its own
 * @param files what is in that folder when it starts, by name
 */
export async function startRealHaproxy(
  sections: string,
  files: Record<string, string> = {},
): Promise<RealHaproxy> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-haproxy-'));
  const socket = join(folder, 'admin.sock');
  const config = join(folder, 'haproxy.cfg');
  const operatorSocket = join(folder, 'operator.sock');
  const global = [
    'global',
    `  stats socket ${socket} mode 600 level admin`,
    `  stats socket ${operatorSocket} mode 600 level operator`,
    `  server-state-base ${folder}`,
    '',
  ].join('\n');
  await writeFile(config, `${global}${sections.replaceAll('FOLDER', folder)}\n`);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  let child = await start(config, socket);
  // A test that fails before it closes leaves nothing running.
  const killed = () => void child.kill('SIGKILL');
  process.once('exit', killed);
  const end = async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return {
    folder,
    socket,
    operatorSocket,
    writeFile: (name, content) => writeFile(join(folder, name), content),
    ask: (line) => askRuntime(socket, line),
    async restart() {
      await end();
      child = await start(config, socket);
    },
    async close() {
      process.off('exit', killed);
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(config: string, socket: string): Promise<ChildProcess> {
  const child = spawn(program, ['-db', '-q', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-2_000);
  });
  for (let attempt = 0; attempt < 800 && child.exitCode === null; attempt += 1) {
    const answer = await askRuntime(socket, 'show info').catch(() => '');
    // The socket of a process before this one may still be there.
    if (answer.includes(`\nPid: ${child.pid}\n`)) return child;
    await sleep(25);
  }
  child.kill('SIGKILL');
  throw new Error(`HAProxy did not start: ${said}`);
}

function askRuntime(socket: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const connection = connect(socket);
    connection.on('data', (bytes) => {
      answer += bytes.toString();
    });
    connection.once('error', reject);
    connection.once('end', () => resolve(answer.trim()));
    connection.write(`${line}\n`);
  });
}
