export class Money {
  constructor(readonly amount: number) {}

  equals(other: Money): boolean {
    return this.amount === other.amount;
  }
}
