import { spawnSync } from 'node:child_process';
import { type Finding, notAnsweredWords, readAudit } from './audit-report.ts';
import { root } from './lock.ts';

/*
 * `npm run audit:dependencies`: known weaknesses of what is shipped. Ends with 1 where there are any. A registry that does not
 * answer is no finding, and no proof of the opposite either: it is said, in CI as a warning of
 * the run, and the script ends with 0.
 */
const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  ...{ cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' },
});
const audit = readAudit(stdout ?? '');
if (audit.kind === 'not-answered') {
  process.stdout.write(notAnsweredWords(audit.reason, process.env.GITHUB_ACTIONS === 'true'));
} else {
  for (const finding of audit.findings) tell(finding);
  process.stdout.write(`answered: ${audit.findings.length} packages with a known weakness\n`);
  process.exitCode = audit.findings.length === 0 ? 0 : 1;
}

function tell({ name, severity, advisories, remedy }: Finding): void {
  process.stdout.write(`${severity}: ${name}\n`);
  for (const advisory of advisories) process.stdout.write(`  ${advisory}\n`);
  process.stdout.write(`  remedy: ${remedy}\n`);
}
