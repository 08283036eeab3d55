import type { NodemailerError } from 'nodemailer';
import { explainFailure } from '../../http/explain-failure.ts';
import { isUntrustedCertificate } from '../../http/untrusted-certificate.ts';
import { fittingText } from '../fitting-text.ts';
import { withoutSecrets } from '../without-secrets.ts';

/** Why a mail server did not take something. */
export interface MailFault {
  /** It will say the same again. */
  final: boolean;
  /** A sentence. */
  reason: string;
  /** The setting that it speaks of; null where it is none, or nobody knows. */
  setting: 'password' | 'tls' | 'tlsCa' | 'from' | null;
}

/**
 * A reply of 5yz says that the same will be said again, 4yz that it may not, as greylisting does:
 * https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1. So do a certificate that is not trusted and a server without the TLS that is asked for, or
 * that speaks in the clear where TLS comes first.
 * What broke on the way says nothing. `where` is host and port; `secrets` are cut out of what the server said.
 */
export function faultOf(error: unknown, where: string, secrets: readonly string[]): MailFault {
  const fault: NodemailerError = error instanceof Error ? error : new Error(String(error));
  const { originalCode = '', responseCode, command = '' } = fault;
  const isUntrusted = isUntrustedCertificate({ code: originalCode });
  if (isUntrusted || originalCode === inTheClear) {
    const reason = onTheWire(originalCode, fault.message, where, secrets);
    return { final: true, reason, setting: isUntrusted ? 'tlsCa' : 'tls' };
  }
  if (responseCode !== undefined) {
    const reason = `${where} ${refusedWhat(fault)}: ${said(fault.response ?? '', secrets)}`;
    return { final: fault.permanent === true, reason, setting: settingOf(fault.code, command) };
  }
  if (fault.code === 'EENVELOPE' || fault.code === 'EMESSAGE' || fault.code === 'EAUTH') {
    return {
      final: true,
      reason: said(fault.message, secrets),
      setting: settingOf(fault.code, command),
    };
  }
  return { final: false, reason: brokenOff(fault, where, secrets), setting: null };
}

function refusedWhat({ code, command = '' }: NodemailerError): string {
  if (code === 'EAUTH') return 'did not let the user sign in';
  if (code === 'ETLS') return 'does not speak STARTTLS';
  if (command === 'MAIL FROM') return 'does not take mails from this sender';
  if (command === 'RCPT TO') return 'does not take mails for the address';
  return command === 'DATA' ? 'did not take the message' : 'turned Lastgood away';
}

function settingOf(code: string | undefined, command: string): MailFault['setting'] {
  if (code === 'EAUTH') return 'password';
  if (code === 'ETLS') return 'tls';
  return command === 'MAIL FROM' ? 'from' : null;
}

function brokenOff(fault: NodemailerError, where: string, secrets: readonly string[]): string {
  if (fault.code === 'ETIMEDOUT') return `${where} did not answer in time.`;
  if (fault.code === 'EPROTOCOL') return `${where} does not speak SMTP.`;
  if (fault.originalCode) return onTheWire(fault.originalCode, fault.message, where, secrets);
  if (fault.code === 'ECONNECTION') return `${where} closed the connection before it had answered.`;
  return `${where} could not be reached: ${said(fault.message, secrets)}`;
}

/** As OpenSSL calls an answer that is no TLS. */
const inTheClear = 'ERR_SSL_WRONG_VERSION_NUMBER';

function onTheWire(code: string, message: string, where: string, secrets: readonly string[]): string {
  // Its sentence ends by itself.
  const words = said(message, secrets).replace(/\.$/, '');
  return explainFailure(Object.assign(new Error(words), { code }), where);
}

function said(text: string, secrets: readonly string[]): string {
  const sentence = fittingText(withoutSecrets(fittingText(text, 2_000), secrets), 300);
  return /[.…!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
