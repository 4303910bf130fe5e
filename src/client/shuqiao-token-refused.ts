/** The authorization server gives no access token, in the words of RFC 6749 §5.2: `invalid_client` and the like. */
export class ShuqiaoTokenRefused extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, status: number) {
    super(`no access token: ${error} (${status})`);
    this.name = 'ShuqiaoTokenRefused';
    this.error = error;
    this.status = status;
  }
}
