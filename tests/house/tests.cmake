script_test(house test_arrows 30)
