import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';

export interface ServerTls {
  /** PEM */
  readonly cert: string;
  readonly key: string;
  /** Who may have issued the certificates of callers. */
  readonly clientCas: readonly string[];
}

// Ephemeral keys and authenticated encryption only, in our order. Level 2 refuses RSA below 2048 bits and SHA-1, in the
// certificates of callers too.
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  '@SECLEVEL=2',
].join(':');

/** All of it, since replacing the certificate of a server replaces everything that is not said again. */
export function tlsOptions({ cert, key, clientCas }: ServerTls): SecureContextOptions {
  return {
    cert,
    key,
    ca: [...clientCas],
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    ecdhCurve: 'X25519:P-256:P-384',
    honorCipherOrder: true,
    // No session is resumed: each connection proves anew that its caller has the key, against the authorities of today,
    // and with the whole chain, which a ticket does not hold. And nobody changes who it is on an open connection.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}
