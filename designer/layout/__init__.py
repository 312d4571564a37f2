"""Where cards stand and how edges run: pure geometry, no Qt. Called by canvas and by pictures."""
