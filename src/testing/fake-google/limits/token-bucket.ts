export class TokenBucket {
  private _tokens: number
  private _at: number

  constructor(tokens: number, now: number) {
    this._tokens = tokens
    this._at = now
  }

  take(perSecond: number, burst: number, now: number): boolean {
    this._tokens = Math.min(burst, this._tokens + (Math.max(0, now - this._at) / 1000) * perSecond)
    this._at = now
    if (this._tokens < 1) return false
    this._tokens -= 1
    return true
  }
}
