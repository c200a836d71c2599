import { Module } from '@nestjs/common';
import { settings, type Settings } from '../settings';
import { createStore, Store } from './store';

@Module({
  providers: [
    { provide: Store, inject: [settings.KEY], useFactory: ({ storeUrl }: Settings) => createStore(storeUrl) },
  ],
  exports: [Store],
})
export class StoreModule {}
