import Commands

await Slipway.main()
