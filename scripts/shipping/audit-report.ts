/** One package of the production tree that an advisory speaks of. */
export interface Finding {
  name: string;
  severity: string;
  /** What the advisories say, each with its address; empty where it is only what it depends on. */
  advisories: string[];
  /** What would mend it, in words. */
  remedy: string;
}

export type Audit =
  | { kind: 'answered'; findings: Finding[] }
  /** Nothing is known: neither that there is something, nor that there is nothing. */
  | { kind: 'not-answered'; reason: string };

interface Advisory {
  title: string;
  url: string;
}

interface Vulnerability {
  name: string;
  severity: string;
  via: (Advisory | string)[];
  range: string;
  fixAvailable: boolean | { name: string; version: string; isSemVerMajor: boolean };
}

const severities = ['critical', 'high', 'moderate', 'low', 'info'];

/** Reads what `npm audit --json` printed. https://docs.npmjs.com/cli/v11/commands/npm-audit */
export function readAudit(printed: string): Audit {
  const report = parsed(printed);
  if (report === null) return { kind: 'not-answered', reason: 'npm printed no report' };
  if (!isReport(report)) return { kind: 'not-answered', reason: reasonIn(report) };
  const findings = Object.values(report.vulnerabilities).map(toFinding);
  const rank = ({ severity }: Finding) => severities.indexOf(severity);
  return { kind: 'answered', findings: findings.sort((a, b) => rank(a) - rank(b)) };
}

/**
 * In words; in CI as a warning too, which the summary of a run shows that would otherwise be green.
 * https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-a-warning-message
 */
export function notAnsweredWords(reason: string, inCi: boolean): string {
  const said = `NOT ANSWERED, so nothing is known of these packages: ${reason}`;
  const data = said.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return inCi ? `${said}\n::warning title=No audit::${data}\n` : `${said}\n`;
}

function parsed(printed: string): object | null {
  try {
    const value: unknown = JSON.parse(printed);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function isReport(report: object): report is { vulnerabilities: Record<string, Vulnerability> } {
  return 'auditReportVersion' in report && 'vulnerabilities' in report;
}

function reasonIn(report: object): string {
  return 'message' in report && typeof report.message === 'string' ? report.message : 'npm printed no report';
}

function toFinding({ name, severity, via, range, fixAvailable }: Vulnerability): Finding {
  return {
    name: `${name} ${range}`,
    severity,
    advisories: via.flatMap((one) => (typeof one === 'string' ? [] : [`${one.title} (${one.url})`])),
    remedy: remedyOf(fixAvailable),
  };
}

function remedyOf(fix: Vulnerability['fixAvailable']): string {
  if (fix === false)
    return 'no version without it yet: judge whether it can be reached, or replace the package';
  if (fix === true) return 'npm update';
  return `npm install ${fix.name}@${fix.version}${fix.isSemVerMajor ? ', which may break what uses it' : ''}`;
}
